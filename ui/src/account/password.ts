/** The least number of characters of a password, for the meter. The server decides, and says what else is wrong. */
export const least = (mfa: boolean): number => (mfa ? 8 : 15);
