using System.Runtime.InteropServices;
using Agent.Tcp.Interop;

namespace Agent.Text;

/// <summary>Standard output cannot be written. No <see cref="IOException"/>, so that nobody mistakes it for an input's.</summary>
internal sealed class OutputException(int errorNumber)
    : Exception($"cannot write standard output: {Marshal.GetPInvokeErrorMessage(errorNumber)}")
{
    /// <summary>Its reader has gone, as <c>head</c> does when it has enough.</summary>
    public bool IsClosedPipe => errorNumber == Errno.EPIPE;
}
