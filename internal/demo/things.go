package demo

import "intelliwiz/internal/asset"

// spot is a location as every site of a kind has it. above is the code of the one that it stands in; "" = in the site.
type spot struct {
	code, name, kind, above string
	critical                bool
}

// spots gives the locations of a site of some kind.
func spots(kind string) []spot {
	switch kind {
	case "OFFICE":
		return []spot{
			{"GATE", "Main gate", "GATE", "", true}, {"TOWER", "Tower A", "BUILDING", "", false},
			{"PLANT", "Basement plant room", "PLANT", "TOWER", true}, {"ROOF", "Roof", "ROOF", "TOWER", false},
		}
	case "HOSPITAL":
		return []spot{
			{"GATE", "Ambulance gate", "GATE", "", true}, {"WARD", "Ward block", "BUILDING", "", false},
			{"OT", "Operation theatres", "ROOM", "WARD", true}, {"PLANT", "Plant room", "PLANT", "", true},
		}
	case "WAREHOUSE":
		return []spot{{"GATE", "Truck gate", "GATE", "", true}, {"HALL", "Storage hall", "BUILDING", "", false}, {"DOCK", "Loading dock", "FLOOR", "HALL", false}}
	case "BANK":
		return []spot{{"HALL", "Banking hall", "BUILDING", "", false}, {"VAULT", "Strong room", "ROOM", "HALL", true}, {"ATM", "ATM lobby", "ROOM", "", true}}
	case "DATACENTRE":
		return []spot{{"MDB", "Power room", "PLANT", "", true}, {"HALL1", "Server hall 1", "ROOM", "", true}, {"GATE", "Mantrap", "GATE", "", true}}
	}
	return []spot{{"GATE", "Main gate", "GATE", "", true}, {"MAIN", "Main building", "BUILDING", "", false}, {"PLANT", "Plant room", "PLANT", "", true}}
}

// model is equipment as sites have it: so many of it, at a spot when the site has it. capacity and hours are 0 for what has none.
type model struct {
	prefix, name, kind, category string
	number                       int
	spot                         string
	brands                       []string
	provider                     string
	capacity                     float64
	unit                         string
	metered                      bool // it counts its hours
	critical                     bool
	only                         string // the kinds of site that have it, separated by blanks; "" = all
}

// models gives all equipment, what matters most first; the sites have as many cameras, extinguishers and checkpoints as there is room for.
func models() []model {
	return []model{
		{"DG", "Diesel generator", "GENERATOR", "POWER", 2, "PLANT", []string{"KIRLOSKAR", "CUMMINS"}, "POWERCARE", 500, "KVA", true, true, ""},
		{"UPS", "UPS", "UPS", "POWER", 3, "PLANT", []string{"APC", "EATON"}, "POWERCARE", 120, "KVA", false, true, "OFFICE BANK HOSPITAL DATACENTRE RETAIL"},
		{"PNL", "Distribution panel", "PANEL", "POWER", 4, "PLANT", []string{"SIEMENS", "SCHNEIDER"}, "POWERCARE", 630, "A", false, false, ""},
		{"CH", "Chiller", "CHILLER", "HVAC", 2, "ROOF", []string{"VOLTAS", "CARRIER"}, "COOLAIR", 250, "TR", true, true, "OFFICE HOSPITAL DATACENTRE RETAIL HOTEL"},
		{"AHU", "Air handling unit", "AHU", "HVAC", 4, "TOWER", []string{"VOLTAS", "BLUESTAR"}, "COOLAIR", 9000, "CFM", false, false, "OFFICE HOSPITAL DATACENTRE RETAIL HOTEL"},
		{"AC", "Split air conditioner", "AC", "HVAC", 3, "HALL", []string{"DAIKIN", "BLUESTAR"}, "COOLAIR", 2, "TR", false, false, ""},
		{"LFT", "Passenger lift", "LIFT", "TRANSPORT", 3, "TOWER", []string{"OTIS", "KONE"}, "LIFTLINE", 13, "PERSONS", true, true, "OFFICE HOSPITAL RETAIL HOTEL RESIDENTIAL"},
		{"DKL", "Dock leveller", "DOCK", "TRANSPORT", 6, "DOCK", []string{"KONE"}, "LIFTLINE", 6, "TONNE", false, false, "WAREHOUSE"},
		{"FLT", "Forklift", "FORKLIFT", "TRANSPORT", 4, "HALL", []string{"GODREJ", "TOYOTA"}, "LIFTLINE", 2.5, "TONNE", true, false, "WAREHOUSE"},
		{"PMP", "Water pump", "PUMP", "WATER", 4, "PLANT", []string{"KIRLOSKAR", "GRUNDFOS"}, "AQUASERV", 15, "HP", true, false, ""},
		{"STP", "Sewage treatment plant", "STP", "WATER", 1, "PLANT", []string{"THERMAX"}, "AQUASERV", 80, "KLD", false, false, "OFFICE HOSPITAL RESIDENTIAL HOTEL RETAIL"},
		{"FPM", "Fire pump", "FIREPUMP", "FIRE", 2, "PLANT", []string{"KIRLOSKAR"}, "FIREGUARD", 75, "HP", true, true, ""},
		{"FAP", "Fire alarm panel", "ALARM", "FIRE", 1, "GATE", []string{"HONEYWELL", "SIEMENS"}, "FIREGUARD", 0, "", false, true, ""},
		{"BB", "Boom barrier", "BARRIER", "SECURITY", 2, "GATE", []string{"MAGNETIC"}, "SECUREX", 0, "", false, false, "OFFICE HOSPITAL RESIDENTIAL WAREHOUSE RETAIL HOTEL"},
		{"ACS", "Access control door", "ACCESS", "SECURITY", 3, "HALL", []string{"HONEYWELL", "BOSCH"}, "SECUREX", 0, "", false, false, ""},
		{"XBS", "Baggage scanner", "SCANNER", "SECURITY", 1, "GATE", []string{"SMITHS"}, "SECUREX", 0, "", true, false, "HOTEL RETAIL DATACENTRE"},
		{"ATM", "ATM", "ATM", "IT", 2, "ATM", []string{"NCR"}, "SECUREX", 0, "", false, true, "BANK"},
	}
}

// fillers make up the rest of a site's assets, in turn.
func fillers() []model {
	return []model{
		{prefix: "CAM", name: "Camera", kind: "CAMERA", category: "SECURITY", spot: "GATE", brands: []string{"BOSCH", "HIKVISION"}, provider: "SECUREX"},
		{prefix: "FE", name: "Fire extinguisher", kind: "EXTINGUISHER", category: "FIRE", brands: []string{"CEASEFIRE"}, provider: "FIREGUARD", capacity: 6, unit: "KG"},
		{prefix: "CP", name: "Checkpoint", kind: string(asset.Checkpoint), category: "SECURITY"},
	}
}

// values are the code lists of things.
func values() map[string][][2]string {
	return map[string][][2]string{
		"location_type": {
			{"GATE", "Gate"}, {"BUILDING", "Building"}, {"FLOOR", "Floor"}, {"ROOM", "Room"}, {"PLANT", "Plant room"}, {"ROOF", "Roof"},
		},
		"asset_type": {
			{"GENERATOR", "Generator"}, {"UPS", "UPS"}, {"PANEL", "Electrical panel"}, {"CHILLER", "Chiller"}, {"AHU", "Air handling unit"},
			{"AC", "Air conditioner"}, {"LIFT", "Lift"}, {"DOCK", "Dock leveller"}, {"FORKLIFT", "Forklift"}, {"PUMP", "Pump"},
			{"STP", "Sewage treatment"}, {"FIREPUMP", "Fire pump"}, {"ALARM", "Fire alarm panel"}, {"BARRIER", "Boom barrier"},
			{"ACCESS", "Access control"}, {"SCANNER", "Baggage scanner"}, {"ATM", "ATM"}, {"CAMERA", "Camera"}, {"EXTINGUISHER", "Fire extinguisher"},
		},
		"asset_category": {
			{"POWER", "Power"}, {"HVAC", "Air and cooling"}, {"TRANSPORT", "Lifts and handling"}, {"WATER", "Water"}, {"FIRE", "Fire safety"},
			{"SECURITY", "Security"}, {"IT", "IT"},
		},
		"asset_brand": {
			{"KIRLOSKAR", "Kirloskar"}, {"CUMMINS", "Cummins"}, {"APC", "APC"}, {"EATON", "Eaton"}, {"SIEMENS", "Siemens"}, {"SCHNEIDER", "Schneider"},
			{"VOLTAS", "Voltas"}, {"CARRIER", "Carrier"}, {"BLUESTAR", "Blue Star"}, {"DAIKIN", "Daikin"}, {"OTIS", "Otis"}, {"KONE", "Kone"},
			{"GODREJ", "Godrej"}, {"TOYOTA", "Toyota"}, {"GRUNDFOS", "Grundfos"}, {"THERMAX", "Thermax"}, {"HONEYWELL", "Honeywell"},
			{"MAGNETIC", "Magnetic"}, {"BOSCH", "Bosch"}, {"SMITHS", "Smiths"}, {"NCR", "NCR"}, {"HIKVISION", "Hikvision"}, {"CEASEFIRE", "Ceasefire"},
		},
		"asset_unit": {
			{"KVA", "kVA"}, {"A", "A"}, {"TR", "TR"}, {"CFM", "CFM"}, {"PERSONS", "persons"}, {"TONNE", "t"}, {"HP", "HP"}, {"KLD", "KLD"}, {"KG", "kg"},
		},
		"asset_meter": {{"HOURS", "Running hours"}},
		"provider": {
			{"POWERCARE", "PowerCare Services"}, {"COOLAIR", "CoolAir Engineers"}, {"LIFTLINE", "Liftline Elevators"}, {"AQUASERV", "AquaServ"},
			{"FIREGUARD", "FireGuard India"}, {"SECUREX", "Securex Systems"},
		},
	}
}
