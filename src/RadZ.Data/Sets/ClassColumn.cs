namespace RadZ.Data.Sets;

/// <summary>A column of a benchmark's table.</summary>
/// <param name="Name">What the table and the prompt call it.</param>
/// <param name="Disease">The disease whose label it takes.</param>
/// <param name="Complement">True where the column is the paper's second class of two: present where the disease is absent.</param>
sealed record ClassColumn(string Name, string Disease, bool Complement)
{
    const string Not = " = not ";

    /// <summary><c>pneumonia</c>, or <c>normal = not pneumonia</c>.</summary>
    public static ClassColumn Parse(string text) => text.IndexOf(Not, StringComparison.Ordinal) is > 0 and var at
        ? new(text[..at], text[(at + Not.Length)..], true)
        : new(text, text, false);

    /// <summary>As it is parsed.</summary>
    public override string ToString() => Complement ? Name + Not + Disease : Name;

    /// <summary>The column's label of one image.</summary>
    public Label LabelIn(Labels labels) => Complement
        ? labels[Disease] switch { Label.Present => Label.Absent, Label.Absent => Label.Present, var other => other } : labels[Disease];
}
