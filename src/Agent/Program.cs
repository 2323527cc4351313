using Agent.Commands;

return await AgentCommandLine.RunAsync(args);
