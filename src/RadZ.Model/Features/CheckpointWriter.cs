using System.Text.Json;
using RadZ.Files;
using RadZ.Model.Adapters;
using RadZ.Model.Checkpoints;
using RadZ.Model.Weights;

namespace RadZ.Model.Features;

/// <summary>Writes a model that is in memory: whole, or its adapter alone.</summary>
sealed class CheckpointWriter
{
    const string Table = WeightNames.Table, Head = WeightNames.Head;

    readonly LoadedModel _model;

    internal CheckpointWriter(LoadedModel model) => _model = model;

    /// <summary>
    /// Writes a whole model folder that <c>transformers</c> loads as a LLaVA: the modality tokens are rows of the table, adapters are
    /// merged into the weights they adapt. One weight at a time is in memory beside the model.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="type">The dtype of the weights in it: float32, float16 or bfloat16.</param>
    /// <param name="settings">The method's part; the model's own if null.</param>
    /// <exception cref="ArgumentException">Weights are not written in that dtype.</exception>
    public void Save(string path, ScalarType type, ModelSettings? settings = null)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var (folder, specials_KD) = (_model.Folder, _model.Llava.Specials_KD);
        var special = folder.Settings.Special(folder.Config);
        var rows = Math.Max(folder.Config.Decoder.VocabSize, special.Rows);
        // the original convention has none; Hugging Face's needs one
        var image = special.ImageHasRow ? special.ImageId : rows++;
        var config = folder.Config with
        {
            Decoder = folder.Config.Decoder with { VocabSize = rows },
            ImageTokenIndex = image,
            WeightType = NameOf(type),
        };
        SafetensorsShards.Write(path,
            [.. _model.Llava.Weights.Where(w => w.Name != WeightNames.Specials && !WeightNames.IsAdapter(w.Name))
                .OrderBy(w => w.Name, StringComparer.Ordinal)
                .Select(w => new ShardedTensor(w.Name, type,
                    w.Name is Table or Head && rows > w.Value.shape[0] ? [rows, w.Value.shape[1]] : w.Value.shape,
                    () => Final(w.Name, w.Value.detach())))]);
        (folder with { Config = config, Settings = settings ?? folder.Settings }).Write(path);

        Tensor Final(string name, Tensor value)
        {
            using var _ = NewDisposeScope();
            var tensor = Merged(name, value);
            if (name is Table or Head && rows > tensor.shape[0])
                tensor = cat([tensor, zeros(rows - tensor.shape[0], tensor.shape[1], tensor.dtype, tensor.device)]);
            if (name == Table && specials_KD.shape[0] > 0)
                tensor = tensor.index_copy(0,
                    torch.tensor([.. special.ImageClassIds.Concat(special.TextClassIds).Select(i => (long)i)], dtype: ScalarType.Int64,
                        device: _model.Device), specials_KD.to(tensor.dtype));
            return tensor.to(type).alias().MoveToOuterDisposeScope();
        }
    }

    /// <summary>W + (alpha / r) B A where the weight has an adapter, the weight itself elsewhere.</summary>
    Tensor Merged(string name, Tensor weight)
    {
        var module = name.EndsWith(".weight", StringComparison.Ordinal) ? name[..^".weight".Length] : name;
        return _model.Pair(module) is { } pair ? LoraMerge.Merge(weight, pair) : weight;
    }

    /// <summary>
    /// Writes the adapter in use as PEFT reads it, with all that was trained beside it: the projector as a module that is saved whole, the
    /// modality tokens as trained rows of the table (a table that lacks those rows is resized first, <c>resize_token_embeddings</c>).
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="settings">The method's part; the model's own if null.</param>
    /// <exception cref="InvalidOperationException">There is no adapter in this model.</exception>
    public void SaveAdapter(string path, ModelSettings? settings = null)
    {
        if (_model.Lora is not { } lora) throw new InvalidOperationException("There is no adapter in this model.");
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        var folder = _model.Folder;
        var whole = _model.Llava.Weights.Where(w => WeightNames.IsProjector(w.Name))
            .Select(w => (w.Name, (Tensor)w.Value)).ToList();
        var options = lora with
        {
            ModulesToSave = [lora.Naming == CheckpointNames.Original ? "mm_projector" : "multi_modal_projector"],
            TokenRows = [.. folder.Settings.ImageTokens, .. folder.Settings.TextTokens],
        };
        AdapterFile.Write(path, new(options, [.. _model.Pairs], whole, options.TokenRows.Count > 0 ? _model.Llava.Specials_KD : null),
            folder.Path);
        AtomicFile.WriteText(Path.Combine(path, ModelSettings.FileName),
            JsonSerializer.Serialize(settings ?? folder.Settings with { Trained = true }, StrictJson.Options) + "\n");
    }

    static string NameOf(ScalarType type) => type switch
    {
        ScalarType.BFloat16 => "bfloat16",
        ScalarType.Float16 => "float16",
        ScalarType.Float32 => "float32",
        _ => throw new ArgumentException($"Weights are not written as {type}; expected Float32, Float16 or BFloat16.", nameof(type)),
    };
}
