using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace RadZ.Data;

/// <summary>
/// The diseases that a set labels, and the labels made of them: a byte a disease, and one object for all images with the same labels, so
/// that 370,000 images cost no more than their rows.
/// </summary>
sealed class LabelSpace(IReadOnlyList<string> diseases)
{
    readonly Dictionary<string, int> _places = diseases.Index().ToDictionary(d => d.Item, d => d.Index);
    readonly Dictionary<string, Labels> _pool = [];

    /// <summary>In the order of the set.</summary>
    public IReadOnlyList<string> Diseases => diseases;

    /// <summary>The place of a disease; -1 where the set does not label it.</summary>
    public int Place(string disease) => _places.GetValueOrDefault(disease, -1);

    /// <summary>All unknown, to be filled.</summary>
    public Label[] Blank() => new Label[diseases.Count];

    /// <summary>The labels of one image.</summary>
    public Labels ToLabels(Label[] states)
    {
        var key = string.Create(states.Length, states, static (text, from) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = (char)('0' + (int)from[i]);
        });
        if (!_pool.TryGetValue(key, out var labels)) _pool[key] = labels = new(new Row(this, [.. states]));
        return labels;
    }

    sealed class Row(LabelSpace space, Label[] states) : IReadOnlyDictionary<string, Label>
    {
        public Label this[string key] =>
            space._places.TryGetValue(key, out var at) ? states[at] : throw new KeyNotFoundException($"'{key}' is not labelled here.");

        public IEnumerable<string> Keys => space.Diseases;

        public IEnumerable<Label> Values => states;

        public int Count => states.Length;

        public bool ContainsKey(string key) => space._places.ContainsKey(key);

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out Label value)
        {
            value = space._places.TryGetValue(key, out var at) ? states[at] : Label.Unknown;
            return at >= 0 && space._places.ContainsKey(key);
        }

        public IEnumerator<KeyValuePair<string, Label>> GetEnumerator() => space.Diseases.Zip(states, KeyValuePair.Create).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
