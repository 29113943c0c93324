package xensim

import "fmt"

// mostMessages is how many xapi keeps (message_limit in xapi_globs.ml).
const mostMessages = 10_000

// tell makes a message about a VM, and forgets the oldest one where there are too many.
func (g *generator) tell(name, vm string) {
	g.apart(func() {
		g.message(name, "VM", g.value("VM", vm, "uuid"), 5, fmt.Sprintf("VM '%s' <%s>", g.value("VM", vm, "name_label"), name))
	})
	if rows := g.inv.tables["message"].rows; len(rows) > mostMessages {
		g.remove("message", rows[0].ref)
	}
}

func (g *generator) message(name, class string, uuid any, priority int, body string) {
	g.add("message", fields{"name": name, "cls": class, "obj_uuid": uuid, "priority": priority, "timestamp": g.now, "body": body})
}

// messages makes those of the last days: alarms, and one about a VM that is gone.
func (g *generator) messages() {
	for i, host := range g.hosts {
		g.now = g.now.AddDate(0, 0, -1)
		g.message("ALARM", "Host", g.value("host", host, "uuid"), 3, fmt.Sprintf("value: 0.9%d\nconfig:\n<variable><name value=\"cpu_usage\"/></variable>", i%10))
	}
	g.message("VM_CRASHED", "VM", g.uuid(), 2, "")
	g.now = g.now.AddDate(0, 0, len(g.hosts))
}
