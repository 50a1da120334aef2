/** Both packaged daemons as processes: what a person or a management layer meets. */
package io.vmferry.lab.pair;
