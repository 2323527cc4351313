using System.Numerics;
using System.Security.Cryptography;

namespace Agent.Tcp.Ports;

/// <summary>
/// Finds how many sockets go to the busiest destination, which is a local address with a remote address and port: each needs
/// a local port of its own. In constant memory, whatever the number of destinations.
/// </summary>
/// <remarks>
/// The frequent-items summary of J. Misra and D. Gries, "Finding repeated elements" (1982): a destination beyond the room
/// takes one from each that is counted. Exact up to <see cref="Most"/> destinations; beyond, too low by at most
/// <see cref="Error"/>, which is never more than the number of sockets divided by <see cref="Most"/> + 1. Destinations are
/// told apart by 64 bits of a hash that is seeded anew in each process, because peers choose their addresses: among a million
/// of them, two have the same one time in 40 million.
/// </remarks>
internal sealed class DestinationSketch
{
    /// <summary>How many destinations are counted at a time.</summary>
    public const int Most = 2048;

    /// <summary>A power of two; half of them are free, so that a search is short.</summary>
    private const int Slots = 2 * Most;

    private static readonly ulong LocalSeed = Seed();
    private static readonly ulong RemoteSeed = Seed();
    private static readonly ulong LowSeed = Seed();
    private static readonly ulong HighSeed = Seed();

    private readonly ulong[] _hashes = new ulong[Slots];
    private readonly int[] _counts = new int[Slots];

    /// <summary>The slots in use, in the order of their use.</summary>
    private readonly int[] _used = new int[Most];
    private int _count;

    /// <summary>How much too low a count may be.</summary>
    public int Error { get; private set; }

    /// <summary>Counts a socket.</summary>
    public void Add(in SocketEnd local, in SocketEnd remote)
    {
        ulong hash = Hash(in local, in remote);
        int slot = Find(hash);
        if (_counts[slot] > 0)
        {
            _counts[slot]++;
        }
        else if (_count < Most)
        {
            Take(slot, hash, 1);
        }
        else
        {
            TakeOneOfEach();
        }
    }

    public void Clear()
    {
        Free();
        Error = 0;
    }

    /// <summary>The sockets of the busiest destination of two sketches together.</summary>
    public static int Busiest(DestinationSketch one, DestinationSketch other)
    {
        int most = 0;
        foreach (int slot in one.Used)
        {
            most = Math.Max(most, one._counts[slot] + other._counts[other.Find(one._hashes[slot])]);
        }

        // Those that are in both have been looked at.
        foreach (int slot in other.Used)
        {
            most = Math.Max(most, other._counts[slot]);
        }

        return most;
    }

    private ReadOnlySpan<int> Used => _used.AsSpan(0, _count);

    /// <summary>Folded multiplication; local ports are not part of it.</summary>
    private static ulong Hash(in SocketEnd local, in SocketEnd remote)
    {
        ulong low = Fold(local.Low ^ LocalSeed, remote.Low ^ RemoteSeed);
        ulong high = Fold(local.High ^ RemoteSeed, remote.High ^ LocalSeed);
        return Fold(low ^ LowSeed, high ^ remote.Port ^ HighSeed);
    }

    private static ulong Seed() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ BitOperations.RotateLeft(low, 32);
    }

    /// <summary>The slot of the destination, or the free one where it would be: one whose count is 0.</summary>
    private int Find(ulong hash)
    {
        int slot = (int)hash & (Slots - 1);
        while (_counts[slot] > 0 && _hashes[slot] != hash)
        {
            slot = (slot + 1) & (Slots - 1);
        }

        return slot;
    }

    private void Take(int slot, ulong hash, int count)
    {
        _hashes[slot] = hash;
        _counts[slot] = count;
        _used[_count++] = slot;
    }

    /// <summary>Each time takes more sockets away than there are counters, so it happens seldom.</summary>
    private void TakeOneOfEach()
    {
        Error++;
        Span<(ulong Hash, int Count)> kept = stackalloc (ulong, int)[Most];
        int count = 0;
        foreach (int slot in Used)
        {
            if (_counts[slot] > 1)
            {
                kept[count++] = (_hashes[slot], _counts[slot] - 1);
            }
        }

        // Without gaps on the way to a slot: those that stay are put in anew.
        Free();
        foreach ((ulong hash, int sockets) in kept[..count])
        {
            Take(Find(hash), hash, sockets);
        }
    }

    private void Free()
    {
        foreach (int slot in Used)
        {
            _counts[slot] = 0;
        }

        _count = 0;
    }
}
