using Agent.Commands;
using Agent.Hosting;

HomeDirectory.EnsureSet();
return await AgentCommandLine.RunAsync(args);
