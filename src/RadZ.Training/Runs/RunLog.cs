using RadZ.Training.Validation;

namespace RadZ.Training.Runs;

/// <summary>Writes steps and validations into the run's tables and TensorBoard, and passes them on to whoever watches.</summary>
sealed class RunLog(RunFolder folder, ITrainingObserver observer)
{
    readonly SummaryWriter _events = torch.utils.tensorboard.SummaryWriter(folder.TensorBoard);

    /// <summary>Begins a phase at a step: what an earlier try wrote beyond it is cut.</summary>
    public void Begin(string phase, int step, double epoch)
    {
        RunFolder.CutTable(folder.Steps(phase), cells => int.TryParse(cells[0], out var s) && s <= step);
        RunFolder.CutTable(folder.Validation, cells => Number(cells[0]) < Number(phase)
            || (cells[0] == phase && double.TryParse(cells[1], System.Globalization.CultureInfo.InvariantCulture, out var at) && step > 0
                && at <= Math.Round(epoch, 3)));
    }

    static int Number(string phase) => int.TryParse(phase.Split('-')[0], out var number) ? number : 0;

    public void Step(StepReport report)
    {
        RunFolder.Append(folder.Steps(report.Phase),
            "step,epoch,rate,norm,images_per_second," + string.Join(',', report.Terms.Select(t => t.Name.Replace(' ', '_'))),
            [report.Step, report.Epoch, report.Rate, report.Norm, Math.Round(report.ImagesPerSecond, 1),
                .. report.Terms.Select(t => (object)t.Value)]);
        if (report.Step % 10 == 0)
            foreach (var (name, value) in report.Terms) _events.add_scalar($"{report.Phase}/{name}", (float)value, report.Step);
        observer.Stepped(report);
    }

    public void Validation(string phase, double epoch, IReadOnlyList<ValidationFigure> figures)
    {
        foreach (var figure in figures)
        {
            RunFolder.Append(folder.Validation, "phase,epoch,task,auc,score_auc,classes,images",
                [phase, Math.Round(epoch, 3), figure.Task.Replace(',', ' '), figure.Auc, figure.ScoreAuc, figure.Classes, figure.Images]);
            if (figure.Auc is { } auc) _events.add_scalar($"{phase}/validation/{figure.Task}", (float)auc, (int)Math.Round(epoch * 1000));
        }
        if (figures.Count > 0) observer.Validated(phase, epoch, figures);
    }
}
