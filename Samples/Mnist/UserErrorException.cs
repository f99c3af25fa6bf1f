namespace Mnist;

/// <summary>Something the user can mend: shown as one line, without a stack trace.</summary>
internal sealed class UserErrorException(string message) : Exception(message);
