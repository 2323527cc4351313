namespace Agent.Health;

/// <summary>An answer to a question about the agent's health.</summary>
/// <param name="Status">The HTTP status (RFC 9110 section 15).</param>
/// <param name="Text">One line that says why.</param>
internal readonly record struct HealthAnswer(int Status, string Text)
{
    public const int Good = 200;
    public const int BadRequest = 400;
    public const int NotFound = 404;
    public const int MethodNotAllowed = 405;
    public const int TooLarge = 431;
    public const int Bad = 503;
}
