package io.vmferry.machine.descriptor;

/** The address family of a socket, by Linux's numbers. */
public enum SocketDomain {
    UNIX(1),
    INET(2),
    INET6(10),
    VSOCK(40),
    OTHER(-1);

    private final int number;

    SocketDomain(int number) {
        this.number = number;
    }

    static SocketDomain of(int number) {
        for (SocketDomain domain : values()) {
            if (domain.number == number) {
                return domain;
            }
        }
        return OTHER;
    }
}
