using RadZ.Evaluation.Runs;
using RadZ.Files;

namespace RadZ.Tests.Evaluation.Protocols;

/// <summary>Rows that were written before a kill are there after it, by whole batches.</summary>
public class RowJournalTests
{
    [Fact]
    public void A_batch_that_is_not_whole_is_taken_back_with_its_failures()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "rows.f32");
        using (var journal = RowJournal.Open(path, "a", 8, batch: 4, resume: false))
        {
            for (var row = 0; row < 6; row++)
                if (row is 1 or 5) journal.Fail($"broken {row}");
                else journal.Add<float>([row, row + 0.5f]);
            journal.Flush();
        }
        File.AppendAllText(path + ".failed", "{\"Row\":6,\"Rea");
        using (var journal = RowJournal.Open(path, "a", 8, batch: 4, resume: true))
        {
            Assert.Equal(4, journal.Count);
            Assert.Equal([KeyValuePair.Create(1, "broken 1")], journal.Failed);
            Assert.Equal([0, 0.5f, 0, 0, 2, 2.5f, 3, 3.5f], journal.Read<float>());
            journal.Add<float>([4, 4.5f]);
            Assert.Equal(10, journal.Read<float>().Length);
        }
        Assert.Equal("other-run", Assert.Throws<InvalidInputException>(() => RowJournal.Open(path, "b", 8, 4, resume: true)).Kind);
        using (var anew = RowJournal.Open(path, "b", 8, 4, resume: false)) Assert.Equal(0, anew.Count);
    }
}
