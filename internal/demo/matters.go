package demo

// matter is something that tickets are about. thing is the type of the asset that it is about, "" = none; a site without one has no such
// trouble. waits says why it is put on hold, done how it ends.
type matter struct {
	subject, thing string
	title          string // %s is the asset's or location's name
	detail         string
	waits, done    string
	stops          bool // the asset goes under maintenance while somebody works on it
	request        bool
	often          int // how often, beside the others
}

func matters() []matter {
	return []matter{
		{"ELEC", "GENERATOR", "%s does not start on mains failure", "Weekly test at 06:00: cranks and does not fire. Battery shows 11.2 V.", "Battery ordered from PowerCare", "Battery replaced, two test starts, load taken in 9 seconds", true, false, 3},
		{"ELEC", "GENERATOR", "Fuel low in %s", "Level gauge at 20 per cent.", "Bowser comes in the morning", "Topped up to 90 per cent, log book signed", false, false, 3},
		{"ELEC", "UPS", "%s on bypass, alarm sounding", "Display says INVERTER FAULT. Load runs on raw mains.", "Waiting for the PowerCare engineer", "Inverter card replaced, back on line, alarm cleared", true, false, 2},
		{"ELEC", "PANEL", "Burnt smell at %s", "Noticed on the night round. R phase hotter than the others.", "Shutdown agreed for Sunday 07:00", "Cable lug crimped anew, thermograph taken, all phases alike", true, false, 2},
		{"ELEC", "", "Lights out at %s", "Three fittings dark since the evening.", "Fittings not in store", "Drivers replaced, checked at night", false, false, 6},
		{"ELEC", "", "Socket sparks at %s", "Reported by the tenant. Taped off.", "", "Socket and wiring replaced, earth tested", false, false, 2},
		{"HVAC", "CHILLER", "%s trips on high pressure", "Third trip since noon, head pressure 17 bar.", "Condenser coil cleaning booked with CoolAir", "Condenser cleaned, refrigerant topped up, 24 hours without a trip", true, false, 2},
		{"HVAC", "AHU", "%s noisy, belt squeals", "Heard in the whole corridor.", "Belt ordered", "Belt replaced and aligned", true, false, 4},
		{"HVAC", "AC", "%s does not cool", "Room at 29 degrees with the set point at 23.", "Gas to be brought", "Leak brazed, gas charged, room at 23", true, false, 5},
		{"HVAC", "", "Too cold at %s", "People sit in jackets.", "", "Set point raised, damper adjusted", false, true, 3},
		{"LIFT", "LIFT", "%s stops between floors", "Nobody inside. Doors open half way at the third floor.", "Liftline technician is at another site", "Door sensor cleaned and aligned, ran an hour under test", true, false, 3},
		{"LIFT", "LIFT", "%s: light and fan in the car do not work", "", "Fan motor ordered", "Fan motor and lamps replaced", false, false, 2},
		{"LIFT", "DOCK", "%s does not rise", "Pump runs, no pressure.", "Seal kit comes on Thursday", "Seals replaced, tested under 4 t", true, false, 3},
		{"LIFT", "FORKLIFT", "%s: brakes weak", "Taken out of use and keys handed in.", "Brake shoes ordered", "Shoes replaced, test run signed by the store keeper", true, false, 3},
		{"PLUMB", "PUMP", "%s leaks at the gland", "Puddle in the plant room, bucket below.", "Gland packing not in store", "Packing replaced, dry after two hours", true, false, 4},
		{"PLUMB", "PUMP", "%s runs without a stop", "Float switch stuck, overhead tank overflows.", "", "Float switch replaced", true, false, 3},
		{"PLUMB", "STP", "Smell from %s", "Residents complain in the evening.", "Waiting for the culture from AquaServ", "Blower repaired, aeration back to normal", false, false, 2},
		{"PLUMB", "", "Tap runs at %s", "", "", "Washer replaced", false, false, 5},
		{"PLUMB", "", "Water through the ceiling at %s", "Drips since last night's rain, files moved away.", "Waiting for two dry days", "Joint sealed, no drip after the next rain", false, false, 3},
		{"FIRE", "ALARM", "%s shows a fault in zone 3", "Buzzer silenced, zone isolated, patrol doubled.", "Detector ordered from FireGuard", "Detector replaced, zone back in service, drill done", true, false, 3},
		{"FIRE", "FIREPUMP", "%s starts by itself", "Jockey pump cannot hold the line: 6.1 bar and falling.", "Leak is being looked for", "Hydrant valve at the gate tightened, pressure holds", true, false, 2},
		{"FIRE", "EXTINGUISHER", "%s: pressure in the red", "Found on the monthly check.", "", "Refilled and tagged", false, false, 5},
		{"FIRE", "", "Fire exit blocked at %s", "Cartons stacked to the door.", "", "Cleared; store keeper told in writing", false, false, 3},
		{"SEC", "BARRIER", "%s does not come down", "Arm stays up; guard stops cars by hand.", "Spring on order", "Spring replaced, 50 cycles counted", true, false, 4},
		{"SEC", "ACCESS", "%s opens without a card", "Tried by three people.", "Controller is being configured anew", "Lock replaced, alarm on forced door tested", true, false, 3},
		{"SEC", "SCANNER", "%s: picture grey", "Bags are opened by hand, queue to the street.", "Securex comes tomorrow", "Generator calibrated, test piece seen", true, false, 2},
		{"SEC", "", "Unknown car overnight at %s", "White, no sticker, driver not found. Number noted in the register.", "", "Owner found, visitor of the third floor, sticker given", false, false, 3},
		{"SEC", "", "Keys missing at %s", "Bunch 7 was not handed back at the change of shift.", "Former shift is being asked", "Found in the locker room; register amended", false, false, 2},
		{"SEC", "", "Extra guard on Saturday at %s", "Event from 18:00 to 23:00, about 200 visitors.", "", "Two guards posted, no incident", false, true, 2},
		{"IT", "CAMERA", "%s shows no picture", "Black since 02:10.", "Camera to be replaced, ordered", "Connector replaced, recording checked", true, false, 6},
		{"IT", "CAMERA", "%s looks at the wall", "Turned by the cleaning team, as it seems.", "", "Turned back and tightened", false, false, 2},
		{"IT", "ATM", "%s out of service", "Screen says TEMPORARILY UNAVAILABLE.", "Switch of the provider is down", "Modem restarted, withdrawal tested", true, false, 3},
		{"IT", "", "Intercom dead at %s", "", "Spare handset asked for", "Handset replaced", false, false, 2},
		{"HOUSE", "", "Broken glass at %s", "Visitor dropped a bottle.", "", "Swept and washed", false, false, 3},
		{"HOUSE", "", "Deep cleaning of %s", "Before the audit on Friday.", "Machine is at another site", "Done, pictures taken", false, true, 3},
		{"HOUSE", "", "Pest control at %s", "Seen near the pantry.", "Contractor comes on Saturday", "Gel applied, next visit in 30 days", false, true, 2},
		{"HOUSE", "", "Bins overflow at %s", "Not emptied since yesterday.", "", "Emptied; round moved to 17:00", false, false, 3},
	}
}

// remarks are said while somebody works on a ticket.
func remarks() []string {
	return []string{
		"On my way.", "Looked at it, need a ladder and a second man.", "Isolated and tagged. Safe to work from here.", "Called the provider, they come today.",
		"Same trouble as last month, please check the old ticket too.", "Photo sent to the desk.", "Tenant is informed.",
		"Part number noted, asking the store.", "Temporary repair holds until tomorrow.", "Please let me know when it is done, the client asks.",
		"Second visit done, watching it for an hour.", "Night shift keeps an eye on it.",
	}
}

// returns are why a ticket is reopened.
func returns() []string {
	return []string{"It is back since this morning.", "Not fixed: same noise again.", "Held for a day, then failed again.", "The client does not accept it like this."}
}

// drops are why a ticket is cancelled.
func drops() []string {
	return []string{"Reported twice, see the ticket before.", "Not ours: belongs to the landlord.", "Cleared up by itself, nothing found.", "Entered for the wrong site."}
}
