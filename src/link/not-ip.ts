/** The frame carries no IP packet, or is too short to tell. */
export const NOT_IP = -1;

/** What the frame carries is encrypted by the link itself: Wi-Fi's own protection. */
export const ENCRYPTED = -2;
