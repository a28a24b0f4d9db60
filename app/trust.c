/* app/trust.c - the trust of a pass: what is due, issued, proved, encrypted and remembered, in this
 * order. */
#include "app/pass.h"
