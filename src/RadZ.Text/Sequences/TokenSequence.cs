namespace RadZ.Text.Sequences;

/// <summary>What a position of a sequence is for: features are read by role, never by counting from the end.</summary>
enum TokenRole : byte
{
    /// <summary>Fills a row of a batch; never read.</summary>
    Padding,

    /// <summary>A token of text, <c>&lt;s&gt;</c> included.</summary>
    Text,

    /// <summary>A place for one projected image patch.</summary>
    Image,

    /// <summary>A modality token (<c>&lt;ImgCls&gt;</c> or <c>&lt;TxtCls&gt;</c>): the global feature is read here.</summary>
    Special,
}

/// <summary>One sequence as the decoder sees it: the image placeholder is already as many positions as there are patches.</summary>
/// <param name="Ids">Token ids; at an image position the id of the image token (or -200, which has no row in the table).</param>
/// <param name="Roles">The role of each position; as long as <paramref name="Ids"/>, no padding.</param>
sealed record TokenSequence(int[] Ids, TokenRole[] Roles)
{
    /// <summary>Positions, image patches included.</summary>
    public int Length => Ids.Length;
}
