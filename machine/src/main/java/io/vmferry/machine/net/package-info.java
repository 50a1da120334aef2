/**
 * Sockets, addresses and special files, for links, monitors and metrics alike: epoll or NIO, socket
 * files, hosts and ports, and why a system call has failed.
 */
package io.vmferry.machine.net;
