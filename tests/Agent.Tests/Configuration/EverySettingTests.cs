using Agent.Configuration;

namespace Agent.Tests.Configuration;

/// <summary>Every key, as an operator sets it: one value that is allowed, and one that is not.</summary>
public sealed class EverySettingTests
{
    /// <summary>Where a key has bounds, values at them and just beyond.</summary>
    public static TheoryData<string, string, string> Values => new()
    {
        { "Tcp:ProcRoot", "/host/proc", "proc" },
        { "Tcp:Namespaces", "Own", "Mine" },
        { "Tcp:Source", "SockDiag", "Netlink" },
        { "Tcp:Counting", "Totals", "1" },
        { "Tcp:ListEvery", "1", "0" },
        { "Tcp:ListEvery", "1000", "1001" },
        { "Tcp:BoundInactive", "true", "yes" },
        { "Tcp:ReadTimeout", "00:00:00.1", "0.0999" },
        { "Tcp:ReadTimeout", "00:05:00", "300.001" },
        { "Tcp:CollectionTimeout", "00:00:00.1", "00:00:00.0999" },
        { "Tcp:CollectionTimeout", "00:05:00", "00:05:01" },
        { "Tcp:CpuBudget", "0.001", "0.00099" },
        { "Tcp:CpuBudget", "1", "1.01" },
        { "Tcp:MaxNamespaces", "1", "0" },
        { "Tcp:MaxNamespaces", "10000", "10001" },
        { "Tcp:Metrics:Stalled", "false", "0" },
        { "Tcp:Metrics:Queues", "false", "no" },
        { "Tcp:Metrics:Listeners", "false", "off" },
        { "Tcp:Metrics:Services", "true", "" },
        { "Tcp:Metrics:ClientPorts", "false", "" },
        { "Tcp:Metrics:RoundTrips", "true", "" },
        { "Tcp:Metrics:Counters", "false", "" },
        { "Tcp:Metrics:Memory", "false", "none" },
        { "Tcp:Listeners:MaxPorts", "1", "0" },
        { "Tcp:Listeners:MaxPorts", "1000", "1001" },
        { "Tcp:Services:MaxPorts", "1", "0" },
        { "Tcp:Services:MaxPorts", "1000", "1001" },
        { "Tcp:RoundTrips:MaxSamples", "100", "99" },
        { "Tcp:RoundTrips:MaxSamples", "100000", "100001" },
        { "Tcp:SemanticConventions", "true", "1" },
        { "Tcp:PodLogs", "", "pods" },
        { "Tcp:ContainerLogs", "/node/containers", "containers" },
        { "Export:AttemptTimeout", "00:00:00.01", "0.00999" },
        { "Export:AttemptTimeout", "00:05:00", "301" },
        { "Export:HeadersFile", "/etc/tcp-agent/headers", "headers" },
        { "Export:Retry:MaxRetries", "0", "-1" },
        { "Export:Retry:MaxRetries", "100", "101" },
        { "Export:Retry:InitialDelay", "00:00:00.01", "0" },
        { "Export:Retry:InitialDelay", "00:05:00", "1.00:00:00" },
        { "Export:Retry:MaxDelay", "00:00:00.01", "0" },
        { "Export:Retry:MaxDelay", "00:05:00", "301" },
        { "Export:Retry:MaxRetryAfter", "00:00:00.5", "0.4" },
        { "Export:Retry:MaxRetryAfter", "01:00:00", "3601" },
        { "Export:Breaker:FailureRatio", "0.01", "0.009" },
        { "Export:Breaker:FailureRatio", "1", "1.1" },
        { "Export:Breaker:MinimumThroughput", "2", "1" },
        { "Export:Breaker:MinimumThroughput", "1000", "1001" },
        { "Export:Breaker:SamplingDuration", "00:00:00.5", "0.4" },
        { "Export:Breaker:SamplingDuration", "01:00:00", "01:00:01" },
        { "Export:Breaker:BreakDuration", "00:00:00.5", "0.4" },
        { "Export:Breaker:BreakDuration", "01:00:00", "24:00:00" },
        { "Export:Spool:Path", "/var/lib/tcp-agent", "spool" },
        { "Export:Spool:MaxBytes", "65536", "65535" },
        { "Export:Spool:MaxBytes", "1099511627776", "1099511627777" },
        { "Export:Spool:MaxAge", "00:00:01", "0.9" },
        { "Export:Spool:MaxAge", "30.00:00:00", "31.00:00:00" },
        { "Export:Spool:MaxMemoryBytes", "65536", "64k" },
        { "Export:Spool:MaxMemoryBytes", "1099511627776", "99999999999999999999" },
        { "Export:Spool:ReplayRate", "0.1", "0.09" },
        { "Export:Spool:ReplayRate", "1000", "1e3" },
        { "Health:Port", "65535", "65536" },
        { "Health:Port", "1", "-1" },
        { "Health:Address", "0.0.0.0", "localhost" },
        { "Health:Address", "::1", "127.1" },
        { "Logging:Format", "Json", "Yaml" },
        { "Logging:LogLevel:*", "None", "Loud" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Load_AnAllowedValue_IsSet(string key, string allowed, string refused)
    {
        AgentSettings settings = AgentConfiguration.Load(null, Variable(key, allowed)).Settings;

        Named(key).Read(settings).ShouldBe(allowed);
        (Named(key).Default == allowed).ShouldBeFalse($"{allowed} is the default, so that it shows nothing ({refused})");
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Load_AValueThatIsNotAllowed_IsAFaultThatNamesTheKeyAndWhatIs(string key, string allowed, string refused)
    {
        string message = Should.Throw<ConfigurationException>(() => AgentConfiguration.Load(null, Variable(key, refused)), allowed).Message;

        message.ShouldStartWith("agent: the configuration has 1 fault; ");
        message.ShouldContain($"  - variable {Name(key)}: \"{refused}\" is not allowed; it takes {Named(key).Allowed}.");
    }

    [Fact]
    public void Values_EverySetting_IsThere() => string.Join('\n', Values.Select(row => row.Data.Item1).Distinct(StringComparer.Ordinal))
        .ShouldBe(string.Join('\n', SettingSchema.All.Select(setting => setting.Key)));

    private static Setting Named(string key) => SettingSchema.All.Single(setting => string.Equals(setting.Key, key, StringComparison.Ordinal));

    private static string Name(string key) =>
        key.Replace(":", "__", StringComparison.Ordinal).Replace("*", "Default", StringComparison.Ordinal);

    private static Dictionary<string, string> Variable(string key, string value) => new(StringComparer.Ordinal) { [Name(key)] = value };
}
