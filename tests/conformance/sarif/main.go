// Reads SARIF logs with a library for them, and holds each against the schema that OASIS published,
// which the library carries.  Members that the format does not have are refused first, because the
// library drops them.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

func known(file string) error {
	read, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(read))
	decoder.DisallowUnknownFields()
	return decoder.Decode(&sarif.Report{})
}

func judge(file string) error {
	if err := known(file); err != nil {
		return err
	}
	log, err := sarif.Open(file)
	if err != nil {
		return err
	}
	if err := log.Validate(); err != nil {
		return err
	}
	for _, run := range log.Runs {
		for _, result := range run.Results {
			if rule := run.Tool.Driver.Rules[result.RuleIndex]; *rule.ID != *result.RuleID {
				return fmt.Errorf("result of %s points to rule %s", *result.RuleID, *rule.ID)
			}
		}
		fmt.Printf("ok   sarif: %s: %d results, %d rules\n", file, len(run.Results), len(run.Tool.Driver.Rules))
	}
	return nil
}

func main() {
	status := 0
	for _, file := range os.Args[1:] {
		if err := judge(file); err != nil {
			fmt.Printf("FAIL sarif: %s: %v\n", file, err)
			status = 1
		}
	}
	os.Exit(status)
}
