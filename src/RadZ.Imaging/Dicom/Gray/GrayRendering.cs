using RadZ.Imaging.Dicom.DataSets;
using RadZ.Imaging.Dicom.Pixels;

namespace RadZ.Imaging.Dicom.Gray;

/// <summary>
/// The grey pipeline (PS3.4 N.2): stored value - modality - VOI - presentation, all in double, as one table over the stored values. A
/// frame of up to 16 bits is looked up pixel by pixel; one of 32 bits is computed.
/// </summary>
sealed class GrayRendering
{
    const double Padded = double.NaN;

    readonly StoredFrame _frame;
    readonly ModalityMap _modality;
    readonly PixelPadding _padding;
    readonly VoiMap _voi;
    readonly double[]? _table;

    /// <param name="frame">Of grey samples.</param>
    /// <param name="dataset">What they came with.</param>
    /// <param name="view">Frame and window.</param>
    /// <param name="warnings">Takes what was passed over.</param>
    public GrayRendering(StoredFrame frame, DicomDataset dataset, DicomView view, ICollection<string> warnings)
    {
        (_frame, _padding) = (frame, PixelPadding.Read(dataset, frame.Format));
        _modality = ModalityMap.Read(dataset, view.Frame, frame.Format, warnings);
        _voi = new VoiSelection(dataset, view.Frame, _modality, warnings).Choose(view.Window, Values);
        var shape = dataset.Text(DicomTag.PresentationLUTShape)?.ToUpperInvariant();
        if (shape is "INVERSE" or "IDENTITY" && shape == "INVERSE" != Inverts)
            warnings.Add($"Presentation LUT Shape {shape} contradicts {frame.Photometric.Name()}, which decides");
        if (frame.Format.BitsAllocated > 16) return;
        _table = new double[frame.Mask + 1];
        for (uint word = 0; word < _table.Length; word++) _table[word] = Unit(word);
    }

    /// <summary>How values became brightness.</summary>
    public string Mapping => _voi.Name;

    bool Inverts => _frame.Photometric == Photometric.Monochrome1;

    /// <summary>Levels as a screen shows them: rounded, MONOCHROME1 turned, padding black.</summary>
    public Raster Display()
    {
        var levels = GC.AllocateUninitializedArray<byte>(_frame.Count);
        Fill(levels, Level);
        return new(_frame.Format.Columns, _frame.Format.Rows, 1, levels);
    }

    /// <summary>The same before rounding.</summary>
    public GrayRaster Precise()
    {
        var levels = GC.AllocateUninitializedArray<float>(_frame.Count);
        Fill(levels, PreciseLevel);
        return new(_frame.Format.Columns, _frame.Format.Rows, levels);
    }

    /// <summary>True when no level of an 8-bit frame lies between two whole ones: it is a picture like any other of 8 bits.</summary>
    public bool IsWhole => _frame.Format.BitsStored <= 8
        && Array.TrueForAll(_table!, f => double.IsNaN(f) || Math.Abs(f * 255 - Math.Round(f * 255)) < 1e-9);

    void Fill<T>(T[] levels, Func<double, T> level) where T : struct
    {
        if (_table is null)
        {
            for (var i = 0; i < levels.Length; i++) levels[i] = level(Unit(_frame.Word(i)));
            return;
        }
        var table = Array.ConvertAll(_table, f => level(f));
        var mask = (int)_frame.Mask;
        if (_frame.Format.BytesPerSample == 1)
        {
            var bytes = _frame.Bytes;
            for (var i = 0; i < levels.Length; i++) levels[i] = table[bytes[i] & mask];
            return;
        }
        var words = _frame.Words;
        for (var i = 0; i < levels.Length; i++) levels[i] = table[words[i] & mask];
    }

    double Unit(uint word) => _frame.ValueOf(word) is var value && _padding.Contains(value) ? Padded : _voi[_modality[value]];

    byte Level(double f)
    {
        if (double.IsNaN(f)) return 0;
        var level = (byte)Math.Clamp(Math.Floor(f * 255 + .5), 0, 255);
        return Inverts ? (byte)(255 - level) : level;
    }

    float PreciseLevel(double f)
    {
        if (double.IsNaN(f)) return 0;
        var level = Math.Clamp(f * 255, 0, 255);
        return (float)(Inverts ? 255 - level : level);
    }

    ValueCounts Values()
    {
        if (_frame.Format.BitsAllocated > 16) return new(Ungrouped());
        var counts = new int[_frame.Mask + 1];
        var mask = (int)_frame.Mask;
        if (_frame.Format.BytesPerSample == 1) foreach (var word in _frame.Bytes) counts[word & mask]++;
        else foreach (var word in _frame.Words) counts[word & mask]++;
        return new(Enumerable.Range(0, counts.Length).Where(w => counts[w] > 0 && !_padding.Contains(_frame.ValueOf((uint)w)))
            .Select(w => (_modality[_frame.ValueOf((uint)w)], (long)counts[w])));
    }

    IEnumerable<(double, long)> Ungrouped()
    {
        for (var i = 0; i < _frame.Count; i++)
            if (_frame[i] is var value && !_padding.Contains(value)) yield return (_modality[value], 1);
    }
}
