using RadZ.Data.Sets;
using RadZ.Files;
using RadZ.Text.Knowledge;
using SkiaSharp;

namespace RadZ.Tests.Datasets;

public sealed class RegionTableTests : IDisposable
{
    readonly TempFolder _folder = new();

    (IReadOnlyList<FindingRegion> Regions, IReadOnlyList<SkippedRow> Skipped) Read(string text)
    {
        _folder.Write("x/a.png");
        return RegionTable.Read(_folder.Write("boxes.csv", text), KnowledgeBase.Embedded);
    }

    [Fact]
    public void Boxes_of_one_image_and_finding_belong_together()
    {
        var (regions, skipped) =
            Read("image,finding,x,y,width,height\nx/a.png,Effusion,0,1,2,1\nx/a.png,Mass,0,0,1,1\nx/a.png,pleural effusion,3,0,1,2\n");
        Assert.Empty(skipped);
        Assert.Equal(["pleural effusion", "mass"], regions.Select(r => r.Disease));
        Assert.Equal("...#" + "##.#", string.Concat(regions[0].Over(4, 2).Select(i => i ? '#' : '.')));
    }

    [Fact]
    public void The_published_columns_of_radiologists_boxes_are_read_at_their_own_scale()
    {
        var (regions, _) = Read("image,label,x,y,w,h,reference\nx/a.png,Infiltrate,512,0,512,512,1024\n");
        Assert.Equal("infiltration", regions[0].Disease);
        Assert.Equal(".#..", string.Concat(regions[0].Over(2, 2).Select(i => i ? '#' : '.')));
    }

    [Fact]
    public void Whose_image_it_is_may_stand_in_the_table_and_else_every_image_is_its_own_patient()
    {
        Assert.Equal("p1", Read("image,patient,finding,x,y,width,height\nx/a.png,p1,mass,0,0,1,1\n").Regions[0].Patient);
        var (regions, _) = Read("image,finding,x,y,width,height\nx/a.png,mass,0,0,1,1\n");
        Assert.Equal(regions[0].Image, regions[0].Patient);
    }

    [Fact]
    public void A_mask_of_the_pictures_size_goes_before_its_box()
    {
        using var mask = new SKBitmap(2, 2, SKColorType.Gray8, SKAlphaType.Opaque);
        mask.SetPixel(1, 1, SKColors.White);
        File.WriteAllBytes(_folder.At("m.png"), mask.Encode(SKEncodedImageFormat.Png, 100).ToArray());
        var (regions, _) = Read("image,finding,x,y,width,height,mask\nx/a.png,mass,0,0,2,2,m.png\n");
        Assert.Equal("...#", string.Concat(regions[0].Over(2, 2).Select(i => i ? '#' : '.')));
        Assert.DoesNotContain(false, regions[0].Over(1, 1));                              // of another size: the box
    }

    [Theory]
    [InlineData("x/a.png,Efusion,0,1,2,1", "is no disease of the knowledge base")]
    [InlineData("x/gone.png,mass,0,1,2,1", "there is no image")]
    [InlineData("x/a.png,mass,0,one,2,1", "'one' under y is no number")]
    [InlineData("x/a.png,mass,0,1,0,1", "no area")]
    [InlineData("x/a.png,mass,0,1,2", "5 cells")]
    public void A_bad_row_is_told_with_its_line_and_stops_no_other(string row, string reason)
    {
        var (regions, skipped) = Read($"image,finding,x,y,width,height\n{row}\nx/a.png,mass,0,0,1,1\n");
        Assert.Single(regions);
        Assert.Equal(2, Assert.Single(skipped).Line);
        Assert.Contains(reason, skipped[0].Reason, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
