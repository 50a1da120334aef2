/**
 * Both nodes as containers on a private network, which is cut, shaped and looked at from outside.
 * Needs a Docker engine on this machine; without one these tests skip and say why.
 */
package io.vmferry.lab.docker;
