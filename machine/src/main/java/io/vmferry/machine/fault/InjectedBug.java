package io.vmferry.machine.fault;

/** A throwable of a fault plan in place of a bug of the engine, recognisable by its type. */
public sealed interface InjectedBug {

    /** The types of throwables that a plan can throw. */
    enum Type {
        /** What careless code throws. */
        EXCEPTION,

        /** What is thrown when an assertion does not hold or memory is short. */
        ERROR;

        /**
         * A throwable of this type.
         *
         * @param where the protocol point at which it is thrown
         */
        public InjectedBug at(String where) {
            return switch (this) {
                case EXCEPTION -> new InjectedException(where);
                case ERROR -> new InjectedError(where);
            };
        }
    }

    /** Throws it. */
    default void raise() {
        switch (this) {
            case InjectedException exception -> throw exception;
            case InjectedError error -> throw error;
        }
    }

    /** Whether a throwable is one of these, or was caused by one. */
    static boolean isCauseOf(Throwable thrown) {
        for (Throwable next = thrown; next != null; next = next.getCause()) {
            if (next instanceof InjectedBug) {
                return true;
            }
        }
        return false;
    }

    /** An exception that a plan throws. */
    final class InjectedException extends RuntimeException implements InjectedBug {

        private static final long serialVersionUID = 1L;

        private InjectedException(String where) {
            super("thrown by a fault at " + where);
        }
    }

    /** An error that a plan throws. */
    final class InjectedError extends Error implements InjectedBug {

        private static final long serialVersionUID = 1L;

        private InjectedError(String where) {
            super("thrown by a fault at " + where);
        }
    }
}
