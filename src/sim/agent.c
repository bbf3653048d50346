/* SPDX-License-Identifier: MIT */
#include "sim/agent.h"

#include <assert.h>
#include <stddef.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define MODELS_MAX 6

/* A maker's models, most common first; NULL ends the list. */
struct maker {
    const char *models[MODELS_MAX + 1];
};

static const struct maker makers[] = {
    {{"Yealink SIP-T46S 66.86.0.15", "Yealink SIP-T42S 66.86.0.5", "Yealink SIP-T54W 96.86.0.70",
      "Yealink SIP-T21P_E2 52.84.0.140", "Yealink W60B 77.85.0.20", "Yealink CP920 78.86.0.15"}},
    {{"Grandstream GXP2170 1.0.11.3", "Grandstream GXP1628 1.0.7.13",
      "Grandstream GRP2614 1.0.5.48", "Grandstream HT802 1.0.29.8",
      "Grandstream GXP2135 1.0.9.135"}},
    {{"Cisco-CP8841/12.8.1", "Cisco-CP7841-3PCC/11.3.1", "Cisco/SPA504G-7.6.2f",
      "Cisco-CP8861-3PCC/11.3.7", "Cisco/SPA112-1.4.1(SR5)"}},
    {{"PolycomVVX-VVX_411-UA/5.9.5.0614", "PolycomVVX-VVX_250-UA/6.4.3.5156",
      "PolycomSoundPointIP-SPIP_335-UA/4.0.15.1047", "PolycomSoundStationIP-SSIP_6000-UA/4.0.14"}},
    {{"snom760/8.9.3.80", "snomD735/10.1.54.13", "snom320/8.7.5.35", "snomD785/10.1.101.11"}},
    {{"Fanvil X4 2.12.1", "Fanvil X6U 2.4.5", "Fanvil H5 2.12.1"}},
    {{"Gigaset N510 IP PRO/42.250.00.000.000", "Gigaset N670 IP PRO/83.V2.48.0"}},
    {{"Panasonic-KX-HDV230/07.128", "Panasonic-KX-TGP600/13.001"}},
    {{"Mitel 6867i/5.1.0.1024", "Aastra 6757i/3.3.1.4365"}},
    {{"AUDC-IPPhone/3.4.6.604 (420HD-Rev0; 00908F000000)", "Htek UC924 2.0.4.6.27"}},
};

static const char *const softphones[] = {
    "Bria 6 release 6.5.1 stamp 109927",
    "Zoiper rv2.10.19.9",
    "MicroSIP/3.21.3",
    "LinphoneAndroid/5.0.14 (Pixel 7) LinphoneSDK/5.2.60",
    "3CXPhone 6.0.26523.0",
    "Bria iOS release 5.9.5 stamp 38502",
    "Z 5.6.1 v2.10.19.9",
    "Linphone Desktop/4.4.10 (Windows 10, Qt 5.15.2) LinphoneCore/5.1.67",
    "3CXPhone 5.0.14439.0",
    "Groundwire/25.2.3 (build 1823504; iOS 15.7; arm64-neon)",
    "X-Lite release 5.8.3 stamp 102712",
    "Telephone 1.6",
};

static const char *const statics[] = {
    "Patton SN4970 4E30V M5T SIP Stack",
    "AudioCodes-Sip-Gateway-Mediant 1000/v.6.60A.228.008",
    "2N Helios IP 2.32.4",
    "Algo-8180/2.7.6",
};

/* A model of a maker; the first ones are the common ones. */
static const char *pick_model(const struct maker *maker, uint64_t chance)
{
    size_t count = 0;
    while (maker->models[count] != NULL)
        count++;
    assert(count > 0);
    size_t first = chance % count;
    size_t second = chance / count % count;
    return maker->models[first < second ? first : second];
}

const char *agent_pick_desk(uint64_t tenant, uint64_t chance)
{
    uint64_t rest = chance / 10;
    uint64_t maker = chance % 10 < 6 ? tenant : rest / 64;
    return pick_model(&makers[maker % COUNT_OF(makers)], rest);
}

const char *agent_pick_soft(uint64_t chance)
{
    return softphones[chance % COUNT_OF(softphones)];
}

const char *agent_pick_static(uint64_t chance)
{
    return statics[chance % COUNT_OF(statics)];
}
