using Agent.Commands;

// A user that /etc/passwd does not know, as in many containers, has a home directory only by HOME. Without one the platform
// refuses TLS to every server, because it looks there for the user's own certificates. Container engines set it to / as well.
if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("HOME")))
{
    Environment.SetEnvironmentVariable("HOME", "/");
}

// Not on the first thread: the kernel delivers SIGTERM to it even while it is blocked in an uninterruptible read, and no
// other thread sees the signal then.
return await Task.Run(() => AgentCommandLine.RunAsync(args));
