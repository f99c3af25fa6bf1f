using Mnist;

return await CommandLine.RunAsync(args);
