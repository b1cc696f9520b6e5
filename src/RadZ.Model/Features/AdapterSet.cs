using RadZ.Files;
using RadZ.Model.Adapters;
using RadZ.Model.Weights;

namespace RadZ.Model.Features;

/// <summary>
/// The adapters of one resident base, of which one is used at a time. Changing over costs no loading: low-rank pairs are all in memory,
/// and the few weights that an adapter replaces (projector, rows of tokens) are copied in and, when it is left, out again. Results are
/// those of a model loaded with that adapter alone. Not safe to call while another thread computes.
/// </summary>
sealed class AdapterSet : IDisposable
{
    sealed record Change(IReadOnlyList<(Parameter Weight, Tensor Value)> Whole, Tensor? Specials_KD, (Tensor Rows, Tensor Index)? Table);

    readonly AdapterSwitch _switch;
    readonly LlavaModel _model;
    readonly Parameter _table_VD;
    readonly Dictionary<string, Change> _changes = new(StringComparer.Ordinal);
    readonly Dictionary<Parameter, Tensor> _base = new(ReferenceEqualityComparer.Instance);
    readonly Tensor _baseSpecials_KD;
    readonly Action _changed;
    (Tensor Rows, Tensor Index)? _replaced;

    internal AdapterSet(LlavaModel model, IReadOnlyList<AdapterFolder> folders, AdapterSwitch which, Action changed)
    {
        (_model, _switch, _changed) = (model, which, changed);
        _table_VD = model.Weights.First(w => w.Name == WeightNames.Table).Value;
        using var _ = no_grad();
        _baseSpecials_KD = Copy(model.Specials_KD);
        var weights = model.Weights.Where(w => !WeightNames.IsAdapter(w.Name)).ToDictionary(w => w.Name, w => w.Value,
            StringComparer.Ordinal);
        try
        {
            foreach (var folder in folders) _changes.Add(folder.Name, Read(folder, weights));
            foreach (var weight in _changes.Values.SelectMany(c => c.Whole).Select(w => w.Weight)
                .Distinct<Parameter>(ReferenceEqualityComparer.Instance)) _base.Add(weight, Copy(weight));
            if (folders.Count > 0) Apply(folders[0].Name);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Names of the adapters (of their folders).</summary>
    public IReadOnlyCollection<string> Names => _changes.Keys;

    /// <summary>The one that is used; null is the base alone.</summary>
    public string? Active => _switch.Active;

    /// <summary>Uses another adapter, or with null the base alone.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public void Use(string? name)
    {
        if (name is not null && !_changes.ContainsKey(name))
            throw new ArgumentException($"There is no adapter '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
        if (name == Active) return;
        using var _ = no_grad();
        Restore();
        Apply(name);
        _changed();
    }

    void Restore()
    {
        if (_replaced is { } table)
        {
            _table_VD.index_copy_(0, table.Index, table.Rows);
            table.Rows.Dispose();
        }
        _replaced = null;
        foreach (var (weight, value) in _base) weight.copy_(value);
        _model.Specials_KD.copy_(_baseSpecials_KD);
    }

    void Apply(string? name)
    {
        _switch.Active = name;
        if (name is null) return;
        var change = _changes[name];
        foreach (var (weight, value) in change.Whole) weight.copy_(value);
        if (change.Specials_KD is { } specials) _model.Specials_KD.copy_(specials);
        if (change.Table is not { } table) return;
        _replaced = (_table_VD.index_select(0, table.Index).DetachFromDisposeScope(), table.Index);
        using var rows = table.Rows.to(_table_VD.dtype);
        _table_VD.index_copy_(0, table.Index, rows);                                // the mapping is private: the file is not touched
    }

    Change Read(AdapterFolder folder, Dictionary<string, Parameter> weights)
    {
        using var _ = NewDisposeScope();                                            // of an adapter that does not fit nothing is left
        var whole = folder.Whole.Select(w => (weights[w.Key], Copied(w.Value.File.View(w.Value.Theirs), weights[w.Key].device))).ToList();
        if (folder.Rows is not { } stored) return Kept(new(whole, null, null));
        var rows = Copied(stored.File.View(stored.Theirs), _table_VD.device);
        var (ids, first, count) = (folder.Options!.TokenRows, _model.FirstSpecial, (int)_model.Specials_KD.shape[0]);
        if (rows.shape[1] != _table_VD.shape[1])
            throw WeightMismatch.Error(folder.Path, [], [],
                [$"{stored.Theirs} [{string.Join(", ", rows.shape)}] where the model's rows are {_table_VD.shape[1]} wide"]);
        var special = ids.Index().Where(i => i.Item >= first && i.Item < first + count).ToList();
        var other = ids.Index().Where(i => i.Item < first || i.Item >= first + count).ToList();
        if (other.FirstOrDefault(i => i.Item >= _table_VD.shape[0]) is { Item: > 0 and var beyond })
            throw new InvalidInputException(folder.Path, "wrong-checkpoint",
                $"trains the token row {beyond} (trainable_token_indices), while the table has {_table_VD.shape[0]} rows and the " +
                $"modality tokens are {first} to {first + count - 1}.");
        Tensor? specials = null;
        if (special.Count > 0)
        {
            specials = Copied(_baseSpecials_KD);
            specials.index_copy_(0, Index(special.Select(i => i.Item - first)), rows.index_select(0, Index(special.Select(i => i.Index))));
        }
        if (other.Count == 0) return Kept(new(whole, specials, null));
        return Kept(new(whole, specials, (rows.index_select(0, Index(other.Select(i => i.Index))), Index(other.Select(i => i.Item)))));

        Tensor Index(IEnumerable<int> ids) => tensor([.. ids.Select(i => (long)i)], dtype: ScalarType.Int64, device: _table_VD.device);
    }

    static Change Kept(Change change)
    {
        foreach (var (_, value) in change.Whole) value.DetachFromDisposeScope();
        change.Specials_KD?.DetachFromDisposeScope();
        change.Table?.Rows.DetachFromDisposeScope();
        change.Table?.Index.DetachFromDisposeScope();
        return change;
    }

    static Tensor Copy(Tensor value)
    {
        using var _ = NewDisposeScope();
        return Copied(value).DetachFromDisposeScope();
    }

    static Tensor Copied(Tensor value, Device? device = null) =>
        value.detach().to(ScalarType.Float32).to(device ?? value.device).clone();

    /// <summary>Frees what the adapters hold beside the model.</summary>
    public void Dispose()
    {
        foreach (var value in _base.Values) value.Dispose();
        foreach (var change in _changes.Values)
        {
            foreach (var (_, value) in change.Whole) value.Dispose();
            change.Specials_KD?.Dispose();
            change.Table?.Rows.Dispose();
            change.Table?.Index.Dispose();
        }
        _replaced?.Rows.Dispose();
        _baseSpecials_KD.Dispose();
    }
}
