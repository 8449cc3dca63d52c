package web

import (
	"fmt"
	"strconv"

	"intelliwiz/internal/org"
)

// mapView is a map whose points are written elsewhere on the page: in a tree, or in a line of facts. Without scripts it is not there.
type mapView struct {
	Label  string
	Tiles  string
	Credit string
	Many   bool // there may be several points: a button shows them all
}

// mapOf gives a map with the tiles that are configured.
func (p *pages) mapOf(label string, many bool) mapView {
	return mapView{Label: label, Tiles: p.TileURL, Credit: p.TileCredit, Many: many}
}

// degrees writes a part of a position as the map reads it.
func degrees(v float64) string { return strconv.FormatFloat(v, 'f', 6, 64) }

// position writes a place for people: "18.55150° N, 73.93480° E".
func position(at org.Point) string {
	ns, ew := "N", "E"
	lat, lon := at.Latitude, at.Longitude
	if lat < 0 {
		ns, lat = "S", -lat
	}
	if lon < 0 {
		ew, lon = "W", -lon
	}
	return fmt.Sprintf("%.5f° %s, %.5f° %s", lat, ns, lon, ew)
}

func dotTone(active bool) string {
	if active {
		return "open"
	}
	return "shut"
}
