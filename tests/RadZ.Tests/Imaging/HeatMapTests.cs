using RadZ.Imaging;

namespace RadZ.Tests.Imaging;

public class HeatMapTests
{
    [Fact]
    public void Between_the_cells_centres_it_is_bilinear_and_beyond_them_constant()
    {
        var map = new HeatMap(2, 2, [0, 4, 8, 12]).Over(new(4, 4));
        Assert.Equal([0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12], map);
    }

    [Fact]
    public void The_border_that_made_a_wide_picture_square_is_gone()
    {
        // 4 x 2 in the middle of 4 x 4: rows 1 and 2 of the map above
        Assert.Equal([2, 3, 5, 6, 6, 7, 9, 10], new HeatMap(2, 2, [0, 4, 8, 12]).Over(new(4, 2)));
        // 1 x 4: the odd pixel of border lies to the right, so the picture is column 1
        Assert.Equal([1, 3, 7, 9], new HeatMap(2, 2, [0, 4, 8, 12]).Over(new(1, 4)));
    }

    [Fact]
    public void One_cell_is_the_same_everywhere() => Assert.All(new HeatMap(1, 1, [3]).Over(new(5, 7)), v => Assert.Equal(3, v));
}
