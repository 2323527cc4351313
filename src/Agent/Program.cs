using Agent.Commands;
using Agent.Hosting;

HomeDirectory.EnsureSet();

// Not on the first thread: the kernel hands it SIGTERM even while it waits for a read that nothing interrupts, and no other
// thread is told of the signal then.
return await Task.Run(() => AgentCommandLine.RunAsync(args));
