package ui

import "strconv"

// MapBox is a map with the list of its points beside it. Without scripts the list stands alone; without tiles the points lie on a grid.
type MapBox struct {
	Label  string
	Tiles  string // address with {z}, {x} and {y}; "" = no tiles. The content policy must allow its host for images
	Credit string // whom the tiles are from
	Points []Point
	Picks  Picks // a form's fields that a click on the map fills; the zero value picks nothing
}

// Point is a place on the map.
type Point struct {
	Code   string
	Name   string
	Href   string
	Lat    float64 // degrees north
	Lon    float64 // degrees east
	Radius int     // metres, 0 = no circle
	Tone   Tone
	Note   string
}

// Picks names the fields of a form that hold a place.
type Picks struct{ Lat, Lon, Radius string }

func (p Picks) id(name string) string {
	if name == "" {
		return ""
	}
	return fieldID(name)
}

func degrees(v float64) string { return strconv.FormatFloat(v, 'f', 6, 64) }

func (p Point) radius() string { return strconv.Itoa(p.Radius) }
