using System.Runtime.InteropServices;

namespace RadZ.Imaging.Dicom.Pixels;

/// <summary>
/// Files of old have their values at the top of the word: High Bit is not one less than Bits Stored, which PS3.5 8.1.1 now demands. The
/// pixels decide whether it is so, and a warning says what they decided.
/// </summary>
static class HighBits
{
    /// <summary>Moves values down when bits below them are never set and bits above where they should be are.</summary>
    public static void Align(PixelFormat format, byte[] samples, ICollection<string> warnings)
    {
        var shift = format.HighBit + 1 - format.BitsStored;
        if (shift <= 0 || format.BitsAllocated == 1) return;
        var (below, above) = ((1u << shift) - 1, ~((1u << format.BitsStored) - 1));
        var seen = Seen(samples, format.BytesPerSample);
        if ((seen & below) != 0 || (seen & above) == 0)
        {
            warnings.Add("values were taken from the low bits, where they are");
            return;
        }
        warnings.Add($"values were taken from bits {shift} to {format.HighBit}, as High Bit says");
        if (format.BytesPerSample == 1) foreach (ref var value in samples.AsSpan()) value >>= shift;
        else if (format.BytesPerSample == 2) foreach (ref var value in MemoryMarshal.Cast<byte, ushort>(samples.AsSpan())) value >>= shift;
        else foreach (ref var value in MemoryMarshal.Cast<byte, uint>(samples.AsSpan())) value >>= shift;
    }

    static uint Seen(byte[] samples, int width)
    {
        uint seen = 0;
        if (width == 1) foreach (var value in samples) seen |= value;
        else if (width == 2) foreach (var value in MemoryMarshal.Cast<byte, ushort>(samples)) seen |= value;
        else foreach (var value in MemoryMarshal.Cast<byte, uint>(samples)) seen |= value;
        return seen;
    }
}
