/* app/commands/agent.h - weft agent: makes and keeps the keys of one cluster, in that cluster. */
#ifndef WEFT_APP_COMMANDS_AGENT_H
#define WEFT_APP_COMMANDS_AGENT_H

struct options;

int agent_main(const struct options *options);

#endif
