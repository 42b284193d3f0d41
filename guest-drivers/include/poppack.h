/* Ends what a pshpackN.h began. */
#pragma pack(pop)
