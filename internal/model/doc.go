// Package model holds the nouns of syncd: XenAPI's classes and their fields as a table (model.txt), and the Record
// that carries one object of a class from the wire to the store.
//
// Start from [Classes], the classes that are mirrored, in the order in which a pass reads them. Everything generic
// reads that table: the decoder turns a record's bytes into the values of its [Class], the store derives columns and
// SQL from it, the simulator takes names and types from it. A new class or field is a line in model.txt and a
// migration.
//
// The package knows neither HTTP nor SQL statements. One convention is shared by both sides all the same: the text of
// a value in a [Record] is what PostgreSQL's input functions read, since that is where it goes.
package model
