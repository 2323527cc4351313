using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Agent.Tests.Support.Otlp;

/// <summary>An answer whose connection breaks in the middle of the body.</summary>
internal static class CutAnswer
{
    /// <summary>Sends the begin, and cuts.</summary>
    /// <param name="context">The request to answer.</param>
    /// <param name="contentType">Of the answer.</param>
    /// <param name="begin">The body's first bytes, after which nothing comes.</param>
    public static async Task SendAsync(HttpContext context, string contentType, byte[] begin)
    {
        context.Response.ContentType = contentType;
        await context.Response.Body.WriteAsync(begin);
        await context.Response.Body.FlushAsync();

        // The connection, not only the stream: HTTP/2 would reset just the one.
        context.Features.Get<IConnectionLifetimeFeature>()!.Abort();
    }
}
