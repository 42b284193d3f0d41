/* Structures from here on are packed to 1 byte(s), until poppack.h. */
#pragma pack(push, 1)
