/** The parts of the profile, as they stand in its address. */
export const PROFILE_TABS = ["profile", "notifications", "security", "tokens", "sign-ins"] as const;
export type ProfileTab = (typeof PROFILE_TABS)[number];
