using System.Buffers.Binary;
using RadZ.Files;
using RadZ.Imaging.Dicom.DataSets;

namespace RadZ.Imaging.Dicom.Color;

/// <summary>A palette written as runs, ramps and repeats of them (PS3.3 C.7.9.2); what it expands to is bounded.</summary>
static class SegmentedTable
{
    const int MaxEntries = 65536;

    /// <summary>The entries, one after the other.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="data">Segments: kind, length, values; little-endian.</param>
    /// <param name="small">Numbers of 8 bits, else of 16.</param>
    public static ushort[] Expand(string path, ReadOnlySpan<byte> data, bool small)
    {
        var numbers = new ushort[small ? data.Length : data.Length / 2];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = small ? data[i] : BinaryPrimitives.ReadUInt16LittleEndian(data[(2 * i)..]);
        var table = new List<ushort>();
        Expand(path, numbers, small, 0, int.MaxValue, table, isInner: false);
        return table.Count > 0 ? [.. table] : throw Broken(path);
    }

    static void Expand(string path, ReadOnlySpan<ushort> numbers, bool small, int at, int segments, List<ushort> table, bool isInner)
    {
        for (; segments > 0 && at + 1 < numbers.Length; segments--)
        {
            var (kind, length) = (numbers[at], numbers[at + 1]);
            at += 2;
            var needed = kind switch { 0 => length, 1 => 1, 2 when !isInner => small ? 4 : 2, _ => int.MaxValue };
            if (needed > numbers.Length - at || table.Count + (kind == 2 ? 0 : length) > MaxEntries || (kind != 0 && table.Count == 0))
                throw Broken(path);
            if (kind == 0) foreach (var value in numbers.Slice(at, length)) table.Add(value);
            else if (kind == 1) Ramp(table, length, numbers[at]);
            else
            {
                var place = small ? numbers[at] | numbers[at + 1] << 8 | numbers[at + 2] << 16 | numbers[at + 3] << 24
                    : (numbers[at] | numbers[at + 1] << 16) / 2;
                if (place < 0 || place >= numbers.Length) throw Broken(path);
                Expand(path, numbers, small, place, length, table, isInner: true);
            }
            at += needed;
        }
    }

    static void Ramp(List<ushort> table, int length, ushort to)
    {
        double from = table[^1];
        for (var i = 1; i <= length; i++) table.Add((ushort)Math.Round(from + (to - from) * i / length));
    }

    static InvalidInputException Broken(string path) => DicomErrors.Corrupt(path, "a segmented palette table cannot be expanded");
}
