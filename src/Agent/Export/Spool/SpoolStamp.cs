namespace Agent.Export.Spool;

/// <summary>When a payload was made, by a clock that does not step.</summary>
/// <param name="Boot">In which boot; 24 bits, 0 when it is not known.</param>
/// <param name="Seconds">How long after it; the lowest 24 bits.</param>
internal readonly record struct SpoolStamp(uint Boot, uint Seconds);
