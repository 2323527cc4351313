using System.Runtime.InteropServices;

namespace Agent.Doctor.Running;

/// <summary>Texts as <c>execve(2)</c> takes them: pointers to bytes that end with NUL, and a null pointer after the last.</summary>
internal sealed unsafe class ExecStrings
{
    private readonly byte[] _text;
    private readonly nint[] _pointers;

    /// <summary>Copies them to where they stay.</summary>
    /// <param name="text">Each ends with a NUL byte; what follows the last one is left out.</param>
    public ExecStrings(ReadOnlySpan<byte> text)
    {
        _text = GC.AllocateUninitializedArray<byte>(text.Length, pinned: true);
        text.CopyTo(_text);
        _pointers = GC.AllocateArray<nint>(text.Count((byte)0) + 1, pinned: true);
        int start = 0;
        for (int index = 0; index < _pointers.Length - 1; index++)
        {
            _pointers[index] = Marshal.UnsafeAddrOfPinnedArrayElement(_text, start);
            start += text[start..].IndexOf((byte)0) + 1;
        }
    }

    public byte** Pointers => (byte**)Marshal.UnsafeAddrOfPinnedArrayElement(_pointers, 0);

    public byte* First => *Pointers;
}
