using System.Reflection;
using Agent.Commands;
using Agent.Tcp.Metrics;
using Microsoft.Extensions.Logging;

namespace Agent.Tests.Documentation;

/// <summary>
/// A log line is found by its category and event id. The library logs in one category, and the agent's own, of which several
/// types may share one, are no more than its types: an id is unique in its assembly.
/// </summary>
public sealed class EventIdTests
{
    [Theory]
    [InlineData(typeof(TcpMetrics))]
    [InlineData(typeof(RunCommand))]
    public void LoggerMessages_OfAnAssembly_HaveEachAnIdOfTheirOwn(Type any)
    {
        (int Id, string Method)[] messages =
        [
            .. from type in any.Assembly.GetTypes()
               from method in type.GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
               let message = method.GetCustomAttribute<LoggerMessageAttribute>()
               where message is not null
               select (message.EventId, $"{type.Name}.{method.Name}"),
        ];

        messages.Length.ShouldBeGreaterThan(5);
        messages.GroupBy(message => message.Id)
            .Where(same => same.Count() > 1)
            .Select(same => $"{same.Key}: {string.Join(", ", same.Select(message => message.Method))}")
            .ShouldBeEmpty();
    }
}
