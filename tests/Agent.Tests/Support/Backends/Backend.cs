using System.Globalization;
using System.Text.Json;

namespace Agent.Tests.Support.Backends;

/// <summary>A running metric backend with the Prometheus query API, and a data folder of its own.</summary>
internal abstract class Backend : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly Func<TestProcess> _start;
    private TestProcess _process;

    protected Backend(string program, IEnumerable<string> arguments, int port, TemporaryFolder data)
    {
        Url = new Uri($"http://127.0.0.1:{port}");
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Url, Timeout = Deadline.Generous };
        Data = data;
        _start = () => TestProcess.Start(program, arguments, AgentProgram.Environment([]));
        _process = _start();
    }

    public Uri Url { get; }

    protected TemporaryFolder Data { get; }

    protected HttpClient Client => _client;

    /// <summary>Ends it in good order, so that what it has taken is on its disk.</summary>
    public async Task StopAsync()
    {
        _process.Terminate();
        await _process.WaitForExitAsync();
        await _process.DisposeAsync();
    }

    /// <summary>Starts it again on the same port and data.</summary>
    /// <param name="path">Where it answers once it is ready.</param>
    public async Task StartAgainAsync(string path)
    {
        _process = _start();
        await WaitUntilReadyAsync(path);
    }

    public Task WaitUntilReadyAsync(string path) => Deadline.UntilAsync<object>(
        async () =>
        {
            _process.HasExited.ShouldBeFalse(_process.Error.Text);
            try
            {
                using HttpResponseMessage response = await _client.GetAsync(path);
                return response.IsSuccessStatusCode ? response : null;
            }
            catch (HttpRequestException)
            {
                return null;
            }
        },
        () => $"The backend does not answer.\n{_process.Error.Text}");

    /// <summary>The latest value of each series that matches: labels, and the value as the backend prints it.</summary>
    /// <param name="query">In PromQL.</param>
    /// <param name="at">The moment it is asked for; now, where there is none.</param>
    public async Task<IReadOnlyList<(IReadOnlyDictionary<string, string> Labels, string Value)>> QueryAsync(
        string query, DateTimeOffset? at = null)
    {
        string time = at is { } moment ? $"&time={moment.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}" : "";
        using JsonDocument json = await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}{time}");
        return
        [
            .. json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(series =>
            (
                Labels: (IReadOnlyDictionary<string, string>)series.GetProperty("metric").EnumerateObject()
                    .ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal),
                Value: series.GetProperty("value")[1].GetString()!)),
        ];
    }

    /// <summary>An answer of its API.</summary>
    /// <exception cref="HttpRequestException">It refused; the message says why.</exception>
    protected async Task<JsonDocument> GetAsync(string path)
    {
        using HttpResponseMessage answer = await _client.GetAsync(path);
        string text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(text)
            : throw new HttpRequestException($"{path}: {(int)answer.StatusCode} {text}");
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _client.Dispose();
        Data.Dispose();
    }
}
