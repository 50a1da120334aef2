package io.vmferry.protocol.profile;

/** The profiles from {@code first} to {@code last}, both included. */
public record Versions(Profile first, Profile last) {

    /** Every profile. */
    public static final Versions ALL = since(Profile.OLDEST);

    /** A profile and all later ones. */
    public static Versions since(Profile first) {
        return between(first, Profile.NEWEST);
    }

    /** A profile and all earlier ones. */
    public static Versions until(Profile last) {
        return between(Profile.OLDEST, last);
    }

    /** All from one profile to another, both included. */
    public static Versions between(Profile first, Profile last) {
        return new Versions(first, last);
    }

    /** Whether a profile is one of them. */
    public boolean include(Profile profile) {
        return profile.compareTo(first) >= 0 && profile.compareTo(last) <= 0;
    }
}
