namespace Agent.Hosting;

/// <summary>
/// A user that /etc/passwd does not know, as a container's often is, has a home directory only by the variable HOME. Where
/// that is missing too, the platform refuses TLS to every server: it would look there for certificates of the user's own.
/// </summary>
internal static class HomeDirectory
{
    private const string Variable = "HOME";

    /// <summary>Sets HOME for this process to the root, as container engines do, where it is not set.</summary>
    public static void EnsureSet()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)))
        {
            Environment.SetEnvironmentVariable(Variable, "/");
        }
    }
}
