package demo

import "intelliwiz/internal/org"

// tenant is a customer of the demo world.
type tenant struct {
	code, name, zone string
	fixed            bool // keeps its size whatever the scale
	regions          []region
	people           int
	ways             []string // the roles whose first holder gets a password and a token
}

// region is a unit with sites.
type region struct {
	code, name string
	sites      []place
}

// place is a site as the world knows it. An empty zone is the tenant's.
type place struct {
	code, name, kind, address, zone string
	latitude, longitude             float64
	radius                          int64
}

// tenants gives the two customers. Codes of sites and logins of people collide on purpose: nothing may cross.
func tenants() []tenant {
	return []tenant{
		{
			code: "SAHYADRI", name: "Sahyadri Guarding and Facilities", zone: "Asia/Kolkata", people: 120, ways: []string{org.Administrator, org.Supervisor, org.Guard},
			regions: []region{
				{"PUNE", "Pune", []place{
					{"PUN-TP1", "Mula Tech Park", "OFFICE", "Baner Road, Pune", "", 18.5590, 73.7868, 220},
					{"PUN-WH2", "Chakan warehouse", "WAREHOUSE", "MIDC Phase 2, Chakan", "", 18.7606, 73.8635, 350},
					{"PUN-BNK7", "Konkan Bank, Camp", "BANK", "MG Road, Camp, Pune", "", 18.5158, 73.8780, 80},
					{"PUN-RES1", "Lakeside Residency", "RESIDENTIAL", "Pashan, Pune", "", 18.5362, 73.7870, 300},
				}},
				{"MUMBAI", "Mumbai", []place{
					{"MUM-BNK4", "Konkan Bank, Andheri", "BANK", "SV Road, Andheri West, Mumbai", "", 19.1197, 72.8464, 80},
					{"MUM-HSP1", "Lakeview Hospital", "HOSPITAL", "Powai, Mumbai", "", 19.1176, 72.9060, 200},
					{"MUM-COR2", "Harbour House", "OFFICE", "Ballard Estate, Mumbai", "", 18.9363, 72.8390, 120},
					{"MUM-MAL1", "Phoenix Arcade", "RETAIL", "Lower Parel, Mumbai", "", 18.9949, 72.8258, 180},
				}},
				{"SOUTH", "South and Gulf", []place{
					{"BLR-TP3", "Whitefield Campus", "OFFICE", "Whitefield, Bengaluru", "", 12.9698, 77.7500, 400},
					{"HYD-DC1", "Deccan Data Centre", "DATACENTRE", "Gachibowli, Hyderabad", "", 17.4401, 78.3489, 150},
					{"GOA-HTL1", "Miramar Hotel", "HOTEL", "Miramar, Panaji", "", 15.4821, 73.8078, 160},
					{"DXB-WH1", "Jebel Ali store", "WAREHOUSE", "Jebel Ali Free Zone, Dubai", "Asia/Dubai", 25.0118, 55.1136, 300},
				}},
			},
		},
		{
			code: "MULA", name: "Mula Estates", zone: "Asia/Kolkata", people: 14, fixed: true, ways: []string{org.Administrator},
			regions: []region{{"PUNE", "Pune campus", []place{
				{"PUN-TP1", "Tower One", "OFFICE", "Baner, Pune", "", 18.5603, 73.7890, 150},
				{"PUN-WH2", "Stores", "WAREHOUSE", "Hinjawadi, Pune", "", 18.5913, 73.7389, 200},
			}}},
		},
	}
}

// kinds are the types of site, departments and designations of a tenant.
var kinds = map[string][][2]string{
	"site_type": {
		{"OFFICE", "Office"}, {"WAREHOUSE", "Warehouse"}, {"BANK", "Bank branch"}, {"RESIDENTIAL", "Residential"}, {"HOSPITAL", "Hospital"},
		{"RETAIL", "Shopping centre"}, {"DATACENTRE", "Data centre"}, {"HOTEL", "Hotel"},
	},
	"unit_kind":   {{"REGION", "Region"}, {"BRANCH", "Branch"}, {"ZONE", "Zone"}},
	"department":  {{"OPERATIONS", "Operations"}, {"SECURITY", "Security"}, {"ENGINEERING", "Engineering"}, {"QUALITY", "Quality"}},
	"designation": {{"MANAGER", "Branch manager"}, {"SITE_INCHARGE", "Site in charge"}, {"GUARD", "Security guard"}, {"TECHNICIAN", "Technician"}, {"AUDITOR", "Auditor"}},
}

var firstNames = []string{
	"Farah", "Prakash", "Neha", "Asha", "Ramesh", "Sunil", "Arjun", "Meera", "Kavita", "Imran", "Deepak", "Lakshmi", "Sanjay", "Rekha", "Vikram",
	"Anil", "Pooja", "Mahesh", "Shabana", "Joseph", "Gurpreet", "Nilesh", "Sunita", "Rahul", "Fatima", "Kiran", "Manoj", "Divya", "Suresh", "Anjali",
}

var lastNames = []string{
	"Shaikh", "Iyer", "Deshmukh", "Kulkarni", "Gaikwad", "Pawar", "Rane", "Joshi", "Nair", "Khan", "Patil", "Reddy", "Gupta", "Fernandes", "Singh",
	"Chavan", "Bhosale", "Thomas", "Menon", "Kadam", "Sharma", "D'Souza", "Ansari", "More", "Jadhav",
}
