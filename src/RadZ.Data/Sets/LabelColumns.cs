using System.Globalization;
using RadZ.Files;

namespace RadZ.Data.Sets;

/// <summary>Columns that are labels: 1, 0, -1 (uncertain), or nothing (not mentioned), each as a whole or a decimal number.</summary>
sealed class LabelColumns
{
    readonly (int Column, string Header, int Place)[] _columns;
    readonly LabelSpace _space;

    LabelColumns(LabelSpace space, (int, string, int)[] columns) => (_space, _columns) = (space, columns);

    /// <summary>The columns of a header that are labels of the set. A second column of the same disease is an error.</summary>
    public static LabelColumns Find(SetBuilder set, string[] header, params ReadOnlySpan<int> others)
    {
        var columns = new List<(int Column, string Header, int Place)>();
        for (var i = 0; i < header.Length; i++)
            if (!others.Contains(i) && set.Mapping(header[i]) is { Disease: { } disease })
                columns.Add((i, header[i], set.Space.Place(disease)));
        return new(set.Space, [.. columns]);
    }

    /// <summary>How many there are.</summary>
    public int Count => _columns.Length;

    /// <summary>Reads one row; null, or what is wrong with it.</summary>
    public string? Read(CsvLine line, out Label[] states)
    {
        states = _space.Blank();
        foreach (var (column, header, place) in _columns)
        {
            if (column >= line.Cells.Length) return $"the row has {line.Cells.Length} cells and ends before column '{header}'.";
            if (!TryParse(line.Cells[column], out var label))
                return $"column '{header}' holds '{line.Cells[column]}', expected 1, 0, -1 or nothing.";
            states[place] = label;
        }
        return null;
    }

    /// <summary>"1.0", "0", "-1.0", "" or "nan".</summary>
    public static bool TryParse(string cell, out Label label)
    {
        label = Label.Unknown;
        if (cell.Length == 0 || cell.Equals("nan", StringComparison.OrdinalIgnoreCase)) return true;
        if (!double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return false;
        if (number is not (1 or 0 or -1)) return false;
        label = number switch { 1 => Label.Present, 0 => Label.Absent, _ => Label.Uncertain };
        return true;
    }
}
