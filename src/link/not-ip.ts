/** The frame carries no IP packet, or is too short to tell. */
export const NOT_IP = -1;
