/** What could steer a terminal (C0, C1), or show text in another order or on another line than it is (Unicode TR 36, 2.10). */
export const STEERING: RegExp = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
