using RadZ.Phantoms.Drawing;
using RadZ.Phantoms.Plan;
using RadZ.Phantoms.Randomness;

namespace RadZ.Phantoms.Detection;

/// <summary>The lead letter that names the patient's side, with the technician's initials, in an upper corner of the field.</summary>
static class SideMarker
{
    /// <summary>Height of the letters that say how the picture was taken.</summary>
    const double ViewHeight = 0.75;

    public static void Draw(float[] map, PhantomPlan plan, Collimation collimation)
    {
        string[] parts = plan.Site.Marker.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0)
            return;
        RandomStream chance = RandomStream.Create(plan.Seed, "marker");
        Frame frame = collimation.Frame;
        (double l, double t, double r, _) = collimation.Field;
        double height = 1.9 + 0.2 * chance.Bell();
        // the patient's left is on the right of the picture
        bool onRight = parts[0][0] == 'L';
        double width = Glyphs.Width(parts[0], height), inset = 0.9 + 0.8 * chance.Unit();
        double x = onRight ? frame.Left + r * frame.Side - inset - width : frame.Left + l * frame.Side + inset;
        double y = frame.Top + t * frame.Side + 0.8 + 1.6 * chance.Unit();
        Glyphs.Draw(map, frame, parts[0], x, y, height, 3.5);
        if (plan.Body.View == View.AP)
        {
            string text = chance.Coin(0.5) ? "AP PORTABLE" : "AP";
            double line = Glyphs.Width(text, ViewHeight), from = frame.Left + l * frame.Side + 1;
            double at = onRight ? from : Math.Max(from, frame.Left + r * frame.Side - 1 - line);
            Glyphs.Draw(map, frame, text, at, frame.Top + t * frame.Side + 0.8 + chance.Unit(), ViewHeight, 2.5);
        }
        if (parts.Length > 1)
        {
            double small = height * 0.5, line = Glyphs.Width(parts[1], small);
            Glyphs.Draw(map, frame, parts[1], onRight ? Math.Min(x, frame.Left + r * frame.Side - 0.4 - line) : x, y + height + 0.5, small,
                3);
        }
    }
}
