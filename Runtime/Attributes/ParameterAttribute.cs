namespace Gen;

/// <summary>Marks a field of type <c>Parameter</c> as a parameter of the module: trained, saved, moved by <c>to</c>.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ParameterAttribute : Attribute;
