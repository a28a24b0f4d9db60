// argocd is Argo CD's application controller or its repo-server, by the name that it is started under, as Argo CD's own
// program does it; without the commands that this peer has no use for.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	controller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	reposerver "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
	"github.com/spf13/cobra"
)

func main() {
	commands := map[string]func() *cobra.Command{
		"argocd-application-controller": controller.NewCommand,
		"argocd-repo-server":            reposerver.NewCommand,
	}
	command := commands[filepath.Base(os.Args[0])]
	if command == nil {
		fmt.Fprintln(os.Stderr, "argocd: start it as argocd-application-controller or argocd-repo-server")
		os.Exit(2)
	}
	if err := command().Execute(); err != nil {
		os.Exit(1)
	}
}
